using Cluster.Kernels.Export;
using Cluster.Kernels.Plans;

namespace Cluster.Evaluation.Artefacts;

/// <summary>A candidate's file in memory, with the numbers it was made from.</summary>
/// <param name="Network">Null for the FP32 plan, whose file is the unchanged FP32 network.</param>
/// <param name="ExactOn">On which x86 its integer products are exact, as its metadata say (<see cref="SaturatingProducts"/>); null where it
/// has none.</param>
internal sealed record BuiltArtefact(byte[] Bytes, string Sha256, QuantizedNetwork? Network, string? ExactOn = null);
