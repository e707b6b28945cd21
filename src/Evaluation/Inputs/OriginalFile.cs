namespace Cluster.Evaluation.Inputs;

/// <summary>The FP32 network as the user gave it: what every accuracy is compared with.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Batch">The samples that it takes at a time; null: any number.</param>
internal sealed record OriginalFile(byte[] Bytes, int? Batch);
