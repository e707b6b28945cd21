namespace Cluster.Coordinator.Results;

/// <summary>What the parity gate found, artefact in the runtime against simulation.</summary>
/// <param name="Passed">Whether the artefact may be published.</param>
/// <param name="Samples">Images compared.</param>
/// <param name="MaxCodeDifference">Largest difference of an 8-bit code in any group fed the artefact's inputs.</param>
/// <param name="ExactShare">Smallest share of exactly equal codes of any group.</param>
/// <param name="Top1Agreement">Share of images with the same top-1 end to end.</param>
/// <param name="WorstGroup">The group with the smallest exact share, where any differs.</param>
public sealed record ResultParity(
    bool Passed,
    int Samples,
    int MaxCodeDifference,
    double ExactShare,
    double Top1Agreement,
    string? WorstGroup);
