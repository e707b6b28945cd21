namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>What a user asked `sensitivity` to do, as typed.</summary>
/// <param name="Evaluation">Null: the data is split, seeded.</param>
/// <param name="Images">Most evaluation images to use.</param>
public sealed record SensitivityRequest(
    string Model,
    string Data,
    string? Evaluation,
    string? Preprocess,
    string Method,
    int Images,
    long Seed);
