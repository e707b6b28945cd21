namespace Cluster.Evaluation.Inputs;

/// <summary>The FP32 network as the user gave it: what every accuracy is compared with.</summary>
/// <param name="File">The file.</param>
/// <param name="Batch">The samples that it takes at a time; null: any number.</param>
internal sealed record OriginalFile(ModelFile File, int? Batch);
