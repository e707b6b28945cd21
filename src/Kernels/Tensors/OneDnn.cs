using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// oneDNN, by which libtorch convolves on the processor. It is tried once, on memory full of NaN, and left out where it is wrong: libtorch
/// then has convolutions of its own, up to six times as slow (<see cref="LibtorchEnvironment"/> tells where it would be).
/// </summary>
internal static partial class OneDnn
{
    private const int Tries = 4;

    /// <summary>Whether convolutions go by it.</summary>
    public static bool IsUsed { get; } = TryOut();

    private static bool TryOut()
    {
        // NNPACK, which libtorch takes for small convolutions, cannot start where no cache is known, and says so at each of them.
        SetNnpack(GlobalContext(), LibtorchEnvironment.TellsCaches);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        float[] values = [.. Enumerable.Range(0, 20 * 50 * 25).Select(i => (i % 7) - 3f)];
        var image = TensorFactory.FromFloats(values.AsSpan(0, 2 * 20 * 144), [2, 20, 12, 12]);
        var weight = TensorFactory.FromFloats(values, [50, 20, 5, 5]);

        // Sums of small whole numbers are exact in any order, and doubles are none of oneDNN's.
        var exact = nn.functional.conv2d(image.to(ScalarType.Float64), weight.to(ScalarType.Float64));
        float[] right = TensorFactory.ToFloats(exact.to(ScalarType.Float32));
        for (int i = 0; i < Tries; i++)
        {
            LeaveNaN();
            if (!TensorFactory.ToFloats(nn.functional.conv2d(image, weight)).AsSpan().SequenceEqual(right))
            {
                SetMkldnn(GlobalContext(), false);
                return false;
            }
        }

        return true;
    }

    // In memory that is free: what is allocated next finds it.
    private static void LeaveNaN()
    {
        var blocks = Enumerable.Range(1, 40).Select(i => full([i * 3000], float.NaN.AsScalar())).ToArray();
        foreach (var block in blocks)
        {
            block.Dispose();
        }
    }

    // Of at::Context, which TorchSharp does not wrap.
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledMkldnnEb")]
    private static partial void SetMkldnn(nint context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetNnpack(nint context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);
}
