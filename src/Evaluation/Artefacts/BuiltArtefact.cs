using Cluster.Kernels.Plans;

namespace Cluster.Evaluation.Artefacts;

/// <summary>A candidate's file in memory, with the numbers it was made from.</summary>
/// <param name="Network">Null for the FP32 plan, whose file is the unchanged FP32 network.</param>
internal sealed record BuiltArtefact(byte[] Bytes, string Sha256, QuantizedNetwork? Network);
