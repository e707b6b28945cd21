namespace Cluster.Kernels.Tests.Tensors;

/// <summary>ONNX QuantizeLinear and DequantizeLinear, one element at a time, as the operator's specification says them.</summary>
internal static class ReferenceQuantizer
{
    internal static int Quantize(float x, float scale, int zeroPoint, int minimum, int maximum)
    {
        float ratio = x / scale;
        if (float.IsNaN(ratio))
        {
            return minimum;
        }

        double code = (double)MathF.Round(ratio, MidpointRounding.ToEven) + zeroPoint;
        return (int)Math.Clamp(code, minimum, maximum);
    }

    internal static float Dequantize(int code, float scale, int zeroPoint) => (float)(code - zeroPoint) * scale;

    internal static float FakeQuantize(float x, float scale, int zeroPoint, int minimum, int maximum) =>
        Dequantize(Quantize(x, scale, zeroPoint, minimum, maximum), scale, zeroPoint);
}
