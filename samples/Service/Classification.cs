namespace Cluster.Samples.Service;

/// <summary>The answer for one image.</summary>
/// <param name="Class">Index of the largest logit.</param>
/// <param name="Logits">One a class.</param>
public sealed record Classification(int Class, IReadOnlyList<float> Logits);
