namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>Decodes ValueInfoProto to <see cref="ValueInfo"/>.</summary>
internal static class ValueInfoDecoder
{
    public static ValueInfo Decode(ValueInfoProto proto, string what, bool shapeRequired)
    {
        if (proto.Type?.TensorType is not { } tensor)
        {
            return shapeRequired
                ? throw new KernelException($"{what} is not a tensor; expected one: export the network without sequences as inputs.")
                : new ValueInfo(proto.Name, ElementType.Undefined, []) { ShapeKnown = false };
        }

        ElementType type = TensorDecoder.ElementTypeOf(tensor.ElemType, what);
        if (tensor.Shape is null)
        {
            return shapeRequired
                ? throw new KernelException(
                    $"{what} declares no shape; expected one such as [N,3,224,224]: export the network with the shape of its input.")
                : new ValueInfo(proto.Name, type, []) { ShapeKnown = false };
        }

        var shape = new List<long>(tensor.Shape.Dim.Count);
        foreach (var dimension in tensor.Shape.Dim)
        {
            bool isFixed = dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue;
            long size = isFixed ? dimension.DimValue : -1;

            // Some exporters write a free dimension as the fixed value -1, and one of an output as 0; a batch of 0 takes no sample.
            shape.Add(size > 0 || (size == 0 && isFixed && shapeRequired) ? size : -1);
            if (size is < -1 or > int.MaxValue || (shape is [0] && tensor.Shape.Dim.Count > 1))
            {
                throw new KernelException(
                    $"{what} declares a dimension of {size}; expected one between 1 and 2^31, or a name for a free one.");
            }
        }

        string[] names = [.. tensor.Shape.Dim.Select(dimension => dimension.DimParam)];
        return new ValueInfo(proto.Name, type, shape) { AxisNames = Array.TrueForAll(names, name => name.Length == 0) ? [] : names };
    }
}
