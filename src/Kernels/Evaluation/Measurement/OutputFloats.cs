using System.Runtime.InteropServices;
using Cluster.Kernels.Data.Arrays;
using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>Outputs of any number type as float32: numbers of classes and counts are small.</summary>
public static class OutputFloats
{
    /// <summary>The elements in their order.</summary>
    public static float[] Of(TensorData output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Type == ElementType.Float)
        {
            return output.As<float>().ToArray();
        }

        float[] values = new float[output.Count];
        ElementConversion.Convert(
            output.Bytes.Span, output.Type, MemoryMarshal.AsBytes(values.AsSpan()), ElementType.Float, "An output");
        return values;
    }
}
