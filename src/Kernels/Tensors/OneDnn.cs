using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// oneDNN, by which libtorch convolves on the processor. In libtorch 2.10 (oneDNN 3.7.1) it is wrong on virtual machines whose CPUID tells
/// neither caches nor cores: it pads channels to whole vectors and reads what the padding's memory happens to hold. So it is tried once,
/// and left out where it is wrong; libtorch then has slower convolutions of its own.
/// </summary>
internal static partial class OneDnn
{
    private const int Tries = 4;

    /// <summary>Whether convolutions go by it.</summary>
    public static bool IsUsed { get; } = TryOut();

    private static bool TryOut()
    {
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
                SetUserEnabled(GlobalContext(), false);
                return false;
            }
        }

        return true;
    }

    // In memory that is free: what is allocated next finds it.
    private static void LeaveNaN()
    {
        var blocks = Enumerable.Range(1, 40).Select(i => full([i * 3000], float.NaN)).ToArray();
        foreach (var block in blocks)
        {
            block.Dispose();
        }
    }

    // at::globalContext() and at::Context::setUserEnabledMkldnn(bool), which TorchSharp does not wrap.
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context20setUserEnabledMkldnnEb")]
    private static partial void SetUserEnabled(nint context, [MarshalAs(UnmanagedType.U1)] bool isEnabled);
}
