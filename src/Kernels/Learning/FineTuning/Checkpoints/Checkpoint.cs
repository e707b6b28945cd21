namespace Cluster.Kernels.Learning.FineTuning.Checkpoints;

/// <summary>A snapshot of a training: everything that its remainder depends on.</summary>
/// <param name="Identity">Digest of network, data and options; a checkpoint of another training is refused.</param>
/// <param name="State">JSON of everything that is not a tensor.</param>
/// <param name="Tensors">By name, row-major.</param>
internal sealed record Checkpoint(string Identity, string State, IReadOnlyDictionary<string, float[]> Tensors);
