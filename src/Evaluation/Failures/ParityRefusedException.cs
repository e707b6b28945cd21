using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>The artefact and its simulation disagree, so nothing is published.</summary>
public sealed class ParityRefusedException(string message) : JobException(message);
