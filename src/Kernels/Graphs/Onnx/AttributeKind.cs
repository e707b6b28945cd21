namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>What an attribute holds: the values of AttributeProto.AttributeType that are understood here.</summary>
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
