namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>The kind of an attribute: the values of AttributeProto.AttributeType that are supported here.</summary>
internal enum AttributeKind
{
    Undefined = 0,
    Float = 1,
    Int = 2,
    String = 3,
    Tensor = 4,
    Graph = 5,
    Floats = 6,
    Ints = 7,
    Strings = 8,
}
