using TorchSharp;

namespace Cluster.TorchSharpTests;

internal static class Values
{
    /// <summary>
    /// A vector's elements. One at a time, as the sum of the vector times a unit vector: exact, and in every version's
    /// words.
    /// </summary>
    public static float[] Of(torch.Tensor vector)
    {
        using var frozen = torch.no_grad();
        using DisposeScope scope = torch.NewDisposeScope();
        int length = checked((int)vector.NumberOfElements);
        return [.. Enumerable.Range(0, length).Select(at => (vector * Unit(length, at)).sum().item<float>())];
    }

    private static torch.Tensor Unit(int length, int at)
    {
        float[] unit = new float[length];
        unit[at] = 1;
        return torch.tensor(unit);
    }
}
