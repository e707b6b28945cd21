namespace Cluster.Kernels.Graphs;

/// <summary>Element types of tensors. The values are those of ONNX TensorProto.DataType (onnx.proto3).</summary>
public enum ElementType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    Int4 = 22,
}
