using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Weights of a 3x3 convolution in the form that <see cref="Winograd"/> multiplies: U = G g Gᵀ, (points, C, O), computed in
/// double and rounded once. Managed memory: nothing to dispose of.
/// </summary>
public sealed unsafe class WinogradWeights
{
    private const int Alignment = 64; // bytes of a cache line and of an AVX-512 vector
    private readonly float[] _buffer; // pinned: its address holds as long as it lives
    private readonly float[]? _bias;

    internal WinogradWeights(ReadOnlySpan<float> weights, WinogradTile tile, long outputs, long inputs, ReadOnlySpan<float> bias)
    {
        Tile = tile;
        Outputs = outputs;
        Inputs = inputs;
        _bias = bias.IsEmpty ? null : GC.AllocateUninitializedArray<float>(bias.Length, pinned: true);
        bias.CopyTo(_bias);
        int floats = checked((int)(Points(tile) * outputs * inputs) + Alignment / sizeof(float));
        _buffer = GC.AllocateUninitializedArray<float>(floats, pinned: true);
        fixed (float* source = weights)
        {
            NativeKernels.Check(NativeMethods.ck_winograd_weights(source, Edge(tile), outputs, inputs, Transformed));
        }
    }

    /// <summary>What the weights are transformed for.</summary>
    public WinogradTile Tile { get; }

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

    /// <summary>Elements of the patch that a tile is made of.</summary>
    internal static long Points(WinogradTile tile) => (Edge(tile) + 2) * (Edge(tile) + 2);

    /// <summary>Outputs of a tile in a row, and in a column.</summary>
    internal static long Edge(WinogradTile tile) => tile == WinogradTile.Four ? 4 : 2;

    internal Tensor Convolve(Tensor x)
    {
        nint result;
        fixed (float* bias = _bias)
        {
            NativeKernels.Check(NativeMethods.ck_winograd_3x3(x.Handle, Edge(Tile), Inputs, Transformed, bias, Outputs, &result));
        }

        GC.KeepAlive(x);
        GC.KeepAlive(this);
        return Tensor.UnsafeCreateTensor(result);
    }
}
