namespace Cluster.Export;

/// <summary>The types of codes of fewer than 8 bits in a file.</summary>
public enum CodeStorage
{
    /// <summary>
    /// int8 weights in the range of fewer bits, uint8 activations clipped to it between Q and DQ: opset 13, runs in any
    /// runtime.
    /// </summary>
    Bytes,

    /// <summary>
    /// int4 weights of opset 21 if 4 bits are enough, half the size; fewer runtimes accept the file. Activations stay uint8: ONNX Runtime
    /// (1.30) refuses uint4 ones next to a MaxPool or a Clip.
    /// </summary>
    Nibbles,
}
