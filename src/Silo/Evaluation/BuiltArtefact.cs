using Cluster.Kernels.Plans;

namespace Cluster.Silo.Evaluation;

/// <summary>A candidate's file in memory, with the numbers it was made from.</summary>
/// <param name="Network">Null for the FP32 plan, whose file is the network as it came.</param>
internal sealed record BuiltArtefact(byte[] Bytes, string Sha256, QuantizedNetwork? Network);
