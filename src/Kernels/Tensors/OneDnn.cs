using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// oneDNN, libtorch's convolutions on the processor. It is tested once, on memory full of NaN, and disabled if wrong: libtorch's own
/// convolutions are up to six times as slow (<see cref="LibtorchEnvironment"/> says where oneDNN is wrong).
/// </summary>
internal static partial class OneDnn
{
    private const int Tries = 4;

    /// <summary>Whether convolutions use it.</summary>
    public static bool IsUsed { get; } = TryOut();

    private static bool TryOut()
    {
        // The functions below have other names in what Microsoft's compiler makes.
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        // NNPACK, which libtorch uses for small convolutions, cannot start if no cache is known, and logs that for each of them.
        SetNnpack(GlobalContext(), LibtorchEnvironment.TellsCaches);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        float[] values = [.. Enumerable.Range(0, 20 * 50 * 25).Select(i => (i % 7) - 3f)];
        var image = TensorFactory.FromFloats(values.AsSpan(0, 2 * 20 * 144), [2, 20, 12, 12]);
        var weight = TensorFactory.FromFloats(values, [50, 20, 5, 5]);

        // Sums of small whole numbers are exact in any order, and oneDNN does not handle doubles.
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

    // Fills free memory, which the next allocation will get.
    private static void LeaveNaN()
    {
        var blocks = Enumerable.Range(1, 40).Select(i => full([i * 3000], float.NaN.AsScalar())).ToArray();
        blocks.DisposeAll();
    }

    // Functions of at::Context, which TorchSharp does not wrap.
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledMkldnnEb")]
    private static partial void SetMkldnn(nint context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetNnpack(nint context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);
}
