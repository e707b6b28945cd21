using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Kernels.Execution.HalfPrecision;

/// <summary>
/// Rounds float32 to FP16, to nearest with ties to even, as IEEE 754 and libtorch do. Numbers too large for FP16 become infinite.
/// </summary>
internal static class FloatRounding
{
    /// <summary>What a file and libtorch store a float of a format as.</summary>
    public static ElementType StoredAs(NumberFormat format) => format.IsHalf ? ElementType.Float16 : ElementType.Float;

    /// <summary>A float32 constant as a file in the format stores it.</summary>
    public static TensorData Stored(TensorData exact, NumberFormat format)
    {
        if (!format.IsHalf)
        {
            return exact;
        }

        var values = exact.As<float>();
        var halves = new Half[values.Length];
        TensorPrimitives.ConvertToHalf(values, halves);
        return new TensorData(ElementType.Float16, exact.Shape, MemoryMarshal.AsBytes(halves.AsSpan()).ToArray());
    }

    /// <summary>A float32 constant rounded to the format and kept in float32.</summary>
    public static TensorData Rounded(TensorData exact, NumberFormat format) => Stored(exact, format).Widened();

    /// <summary>A tensor rounded to the format, in float32; a new handle.</summary>
    public static Tensor Rounded(Tensor exact, NumberFormat format)
    {
        using var narrow = exact.to(TensorFactory.TypeOf(StoredAs(format)));
        return narrow.to(ScalarType.Float32);
    }
}
