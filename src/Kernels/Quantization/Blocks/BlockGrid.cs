using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>The possible values of a block of weights: (code - zero point) * scale, code from 0 to 2^bits - 1.</summary>
internal readonly record struct BlockGrid(float Scale, byte ZeroPoint, int Largest)
{
    /// <summary>Spans the block's least to its greatest number, including 0; for a block of zeros the scale is 1.</summary>
    public static BlockGrid Of(ReadOnlySpan<double> weights, int largest)
    {
        double low = Math.Min(0, TensorPrimitives.Min(weights));
        double high = Math.Max(0, TensorPrimitives.Max(weights));
        float scale = (float)((high - low) / largest);
        return scale > 0 && float.IsFinite(scale)
            ? new BlockGrid(scale, (byte)Math.Clamp(Math.Round(-low / scale), 0, largest), largest)
            : new BlockGrid(1, 0, largest);
    }

    /// <summary>The nearest code; ties go to the even one.</summary>
    public byte Encode(double weight) => (byte)Math.Clamp(Math.Round(weight / Scale) + ZeroPoint, 0, Largest);

    /// <summary>The value of a code, computed in float32 as in a runtime.</summary>
    public float Decode(byte code) => (code - ZeroPoint) * Scale;
}
