using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>
/// The network itself could not be executed, not a plan of it: another machine is asked once more, in case that this one is to blame.
/// </summary>
internal sealed class NetworkUnusableException(string message, Exception? innerException = null) : JobException(message, innerException);
