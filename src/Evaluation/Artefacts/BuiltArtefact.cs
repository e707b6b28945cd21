using Cluster.Kernels.Export;
using Cluster.Kernels.Plans;

namespace Cluster.Evaluation.Artefacts;

/// <summary>A candidate's file in memory, with the numbers it was made from.</summary>
/// <param name="Network">Null for the FP32 plan, whose file is the unchanged FP32 network.</param>
/// <param name="ExactOn">The x86 processors on which its integer products are exact, from its metadata (<see cref="SaturatingProducts"/>);
/// null if not stated.</param>
internal sealed record BuiltArtefact(byte[] Bytes, string Sha256, QuantizedNetwork? Network, string? ExactOn = null);
