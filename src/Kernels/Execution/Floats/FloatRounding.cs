using System.Numerics;
using System.Runtime.InteropServices;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using Cluster.Plans;
using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Kernels.Execution.Floats;

/// <summary>
/// Rounds float32 to the narrower floats, to nearest with ties to even, as IEEE 754 and libtorch do. Numbers too large for FP16 become
/// infinite.
/// </summary>
internal static class FloatRounding
{
    private const int Tf32Dropped = 13; // bits of the mantissa that TF32 lacks

    /// <summary>What a file and libtorch store a float of a format as.</summary>
    public static ElementType StoredAs(NumberFormat format) => !format.IsHalf ? ElementType.Float
        : format == NumberFormat.Float16 ? ElementType.Float16 : ElementType.BFloat16;

    /// <summary>A float32 constant as a file in the format stores it: in FP16 or BF16, or in FP32.</summary>
    public static TensorData Stored(TensorData exact, NumberFormat format)
    {
        var values = exact.As<float>();
        if (format == NumberFormat.Float16)
        {
            var halves = new Half[values.Length];
            TensorPrimitives.ConvertToHalf(values, halves);
            return new TensorData(ElementType.Float16, exact.Shape, MemoryMarshal.AsBytes(halves.AsSpan()).ToArray());
        }

        if (format == NumberFormat.BFloat16)
        {
            var upper = new ushort[values.Length];
            for (int i = 0; i < upper.Length; i++)
            {
                upper[i] = (ushort)(Nearest(values[i], 16) >> 16);
            }

            return new TensorData(ElementType.BFloat16, exact.Shape, MemoryMarshal.AsBytes(upper.AsSpan()).ToArray());
        }

        return exact;
    }

    /// <summary>A float32 constant rounded to the format and kept in float32.</summary>
    public static TensorData Rounded(TensorData exact, NumberFormat format)
    {
        if (format != NumberFormat.Tf32)
        {
            return Stored(exact, format).Widened();
        }

        float[] values = exact.As<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle(Nearest(values[i], Tf32Dropped));
        }

        return TensorData.FromFloats(exact.Shape, values);
    }

    /// <summary>A tensor rounded to the format, in float32; a new handle.</summary>
    public static Tensor Rounded(Tensor exact, NumberFormat format)
    {
        if (format != NumberFormat.Tf32)
        {
            using var narrow = exact.to(TensorFactory.TypeOf(StoredAs(format)));
            return narrow.to(ScalarType.Float32);
        }

        return DenseLoops.Map(exact, static (source, target, _) => RoundToTf32(
            MemoryMarshal.Cast<float, uint>(source), MemoryMarshal.Cast<float, uint>(target)));
    }

    // As Nearest does, except that a NaN with only its last mantissa bits set is lost; no operator makes one.
    private static void RoundToTf32(ReadOnlySpan<uint> source, Span<uint> target)
    {
        var kept = new Vector<uint>(uint.MaxValue << Tf32Dropped);
        var half = new Vector<uint>((1u << (Tf32Dropped - 1)) - 1);
        int i = 0;
        for (; i <= source.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            var bits = new Vector<uint>(source[i..]);
            ((bits + half + ((bits >> Tf32Dropped) & Vector<uint>.One)) & kept).CopyTo(target[i..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] = Nearest(BitConverter.UInt32BitsToSingle(source[i]), Tf32Dropped);
        }
    }

    // The bits of a float32 with the last ones rounded away; a NaN stays one.
    private static uint Nearest(float value, int dropped)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint kept = uint.MaxValue << dropped;
        return float.IsNaN(value)
            ? (bits | 0x00400000u) & kept
            : (bits + (1u << (dropped - 1)) - 1 + ((bits >> dropped) & 1)) & kept;
    }
}
