namespace Cluster.Kernels.Graphs;

/// <summary>Element types of tensors. The values are those of ONNX TensorProto.DataType (onnx.proto3).</summary>
public enum ElementType
{
    /// <summary>Not a tensor, or no type stated.</summary>
    Undefined = 0,

    /// <summary>IEEE binary32.</summary>
    Float = 1,

    /// <summary>Unsigned, 8 bits; codes of activations.</summary>
    UInt8 = 2,

    /// <summary>Signed, 8 bits; codes of weights.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 4,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 5,

    /// <summary>Signed, 32 bits; codes of biases.</summary>
    Int32 = 6,

    /// <summary>Signed, 64 bits; shapes and indices.</summary>
    Int64 = 7,

    /// <summary>One byte an element, 0 or 1.</summary>
    Bool = 9,

    /// <summary>IEEE binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE binary64.</summary>
    Double = 11,

    /// <summary>Unsigned, 32 bits; in arrays, not in networks.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 64 bits; in arrays, not in networks.</summary>
    UInt64 = 13,

    /// <summary>The upper half of an IEEE binary32.</summary>
    BFloat16 = 16,

    /// <summary>Signed, two to a byte, the lower half first; opset 21 and later.</summary>
    Int4 = 22,
}
