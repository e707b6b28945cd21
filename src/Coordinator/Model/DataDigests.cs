namespace Cluster.Coordinator.Model;

/// <summary>SHA-256 of the data of each role.</summary>
/// <param name="Calibration">Unlabelled images that ranges and corrections are estimated on.</param>
/// <param name="Evaluation">Labelled images that the search uses.</param>
/// <param name="Test">Labelled images used once, for the winner.</param>
/// <param name="Training">Labelled images that the winner is fine-tuned on.</param>
public sealed record DataDigests(string Calibration, string Evaluation, string? Test = null, string? Training = null);
