namespace Cluster.Kernels.Graphs;

/// <summary>The graph in an attribute, which ONNX Runtime alone reads: it stays as it was written.</summary>
/// <param name="Bytes">A GraphProto.</param>
/// <param name="Captured">Values that it reads and does not define, in the order of first use.</param>
/// <param name="Defined">Names that it defines, at any depth.</param>
public sealed record GraphBody(ReadOnlyMemory<byte> Bytes, IReadOnlyList<string> Captured, IReadOnlySet<string> Defined);
