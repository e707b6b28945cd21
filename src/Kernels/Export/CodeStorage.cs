namespace Cluster.Kernels.Export;

/// <summary>The types that codes of fewer than 8 bits have in a file.</summary>
public enum CodeStorage
{
    /// <summary>
    /// int8 weights in the range of fewer bits, uint8 activations clipped to it between Q and DQ: opset 13, runs in any
    /// runtime.
    /// </summary>
    Bytes,

    /// <summary>
    /// int4 weights of opset 21 where 4 bits are enough, half the room; fewer runtimes take the file. Activations stay
    /// uint8: of uint4 ones ONNX Runtime (1.30) refuses what stands beside a MaxPool or a Clip.
    /// </summary>
    Nibbles,
}
