namespace Cluster.Reporting.Models;

/// <summary>Wall time of a stage of the job.</summary>
/// <param name="Stage">Its name, such as "calibration".</param>
/// <param name="Duration">Wall time.</param>
public sealed record StageTime(string Stage, TimeSpan Duration);
