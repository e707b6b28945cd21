using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Cluster.Kernels.Graphs.Passes.Forms;

/// <summary>
/// Computes in float32 what the file computes in 16-bit floats: its constants become float32, which loses nothing, and its Casts to 16 bits
/// Casts to float32, which round nothing.
/// </summary>
internal static class WideFloats
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        ElementType[] narrow =
        [
            .. graph.Nodes.Where(node => node.OpType == "Cast").Select(node => (ElementType)node.GetInt("to", 0))
                .Concat(graph.Initializers.Values.Select(constant => constant.Type)).Where(IsNarrow).Distinct(),
        ];
        return narrow.Length == 0
            ? graph
            : graph with
            {
                Widened = narrow[0],
                Nodes = [.. graph.Nodes.Select(Widened)],
                Initializers = graph.Initializers.ToDictionary(pair => pair.Key, pair => Widened(pair.Value), StringComparer.Ordinal),
            };
    }

    private static bool IsNarrow(ElementType type) => type is ElementType.Float16 or ElementType.BFloat16;

    private static GraphNode Widened(GraphNode node) => node.OpType switch
    {
        "Cast" when IsNarrow((ElementType)node.GetInt("to", 0)) => node.With("to", AttributeValue.Of((long)ElementType.Float)),
        "ConstantOfShape" when node.Attributes.GetValueOrDefault("value")?.Tensor is { } value =>
            node.With("value", AttributeValue.Of(Widened(value))),
        _ => node,
    };

    private static TensorData Widened(TensorData constant)
    {
        if (!IsNarrow(constant.Type))
        {
            return constant;
        }

        float[] values = new float[constant.Count];
        if (constant.Type == ElementType.Float16)
        {
            TensorPrimitives.ConvertToSingle(constant.As<Half>(), values);
        }
        else
        {
            // The upper half of a float32.
            var bits = MemoryMarshal.Cast<float, uint>(values.AsSpan());
            var upper = constant.As<ushort>();
            for (int i = 0; i < upper.Length; i++)
            {
                bits[i] = (uint)upper[i] << 16;
            }
        }

        return TensorData.FromFloats(constant.Shape, values);
    }
}
