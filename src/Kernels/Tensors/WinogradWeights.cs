using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Weights of a 3x3 convolution in the form that <see cref="Winograd"/> multiplies: U = G g Gᵀ, (16, C, O), computed in
/// double and rounded once. Managed memory: nothing to dispose of.
/// </summary>
public sealed unsafe class WinogradWeights
{
    private const int Alignment = 64; // bytes of a cache line and of an AVX-512 vector
    private readonly float[] _buffer; // pinned: its address holds as long as it lives
    private readonly float[]? _bias;

    internal WinogradWeights(ReadOnlySpan<float> weights, long outputs, long inputs, ReadOnlySpan<float> bias)
    {
        Outputs = outputs;
        Inputs = inputs;
        _bias = bias.IsEmpty ? null : GC.AllocateUninitializedArray<float>(bias.Length, pinned: true);
        bias.CopyTo(_bias);
        _buffer = GC.AllocateUninitializedArray<float>(checked((int)(16 * outputs * inputs) + Alignment / sizeof(float)), pinned: true);
        fixed (float* source = weights)
        {
            NativeKernels.Check(NativeMethods.ck_winograd_weights(source, outputs, inputs, Transformed));
        }
    }

    /// <summary>O.</summary>
    public long Outputs { get; }

    /// <summary>C.</summary>
    public long Inputs { get; }

    private float* Transformed
    {
        get
        {
            nuint address = (nuint)Unsafe.AsPointer(ref _buffer[0]);
            return (float*)((address + Alignment - 1) / Alignment * Alignment);
        }
    }

    internal Tensor Convolve(Tensor x)
    {
        nint result;
        fixed (float* bias = _bias)
        {
            NativeKernels.Check(NativeMethods.ck_winograd_3x3(x.Handle, Inputs, Transformed, bias, Outputs, &result));
        }

        GC.KeepAlive(x);
        GC.KeepAlive(this);
        return Tensor.UnsafeCreateTensor(result);
    }
}
