namespace Cluster.Grains.Contracts;

/// <summary>Why a job cannot be prepared.</summary>
/// <param name="Fault">What is at fault, in the program's words.</param>
/// <param name="Field">The field of the request's spec at fault, such as "calibration"; empty where it is none alone.</param>
/// <param name="Message">A sentence: what was found, what was expected, what to do.</param>
[GenerateSerializer]
[Alias("cluster.preparationRefusal")]
public sealed record PreparationRefusal([property: Id(0)] string Fault, [property: Id(1)] string Field, [property: Id(2)] string Message);
