using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// Element types that cross the C API. ONNXTensorElementDataType has the values of ONNX's TensorProto.DataType,
/// so <see cref="ElementType"/> passes through unchanged.
/// </summary>
internal static class OrtElement
{
    private static readonly (ElementType Type, Type Managed, int Size)[] Known =
    [
        (ElementType.Float, typeof(float), 4),
        (ElementType.UInt8, typeof(byte), 1),
        (ElementType.Int8, typeof(sbyte), 1),
        (ElementType.UInt16, typeof(ushort), 2),
        (ElementType.Int16, typeof(short), 2),
        (ElementType.Int32, typeof(int), 4),
        (ElementType.Int64, typeof(long), 8),
        (ElementType.Bool, typeof(bool), 1),
        (ElementType.Double, typeof(double), 8),
    ];

    public static ElementType Of(Type managed)
    {
        foreach ((ElementType type, Type known, _) in Known)
        {
            if (known == managed)
            {
                return type;
            }
        }

        throw new KernelException(
            $"Tensors of {managed.Name} are not passed to ONNX Runtime: use float, byte, sbyte, ushort, short, int, long, bool or double.");
    }

    /// <summary>Bytes per element.</summary>
    public static int Size(ElementType type) => Find(type).Size;

    public static Array NewArray(ElementType type, long count) => Array.CreateInstance(Find(type).Managed, count);

    private static (ElementType Type, Type Managed, int Size) Find(ElementType type)
    {
        foreach ((ElementType Type, Type Managed, int Size) entry in Known)
        {
            if (entry.Type == type)
            {
                return entry;
            }
        }

        throw new KernelException(
            $"ONNX Runtime holds a tensor of element type {type}, which is not read here: give the graph outputs "
            + "of float or integer type.");
    }
}
