using Cluster.Coordinator.Work;
using Cluster.Evaluation.Failures;

namespace Cluster.Evaluation.Nodes.Data;

/// <summary>A caller names a path of this machine that its operator does not share.</summary>
/// <param name="role">The set that names it, such as "calibration".</param>
/// <param name="message">A sentence: what was found, what was expected, what to do.</param>
internal sealed class PathNotSharedException(
    string role,
    string message) : PreparationException(PreparationFault.Spec, $"{role}.spec", message);
