using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>
/// The network itself could not be executed, independent of any plan: it is tried once on another machine, in case this one is at fault.
/// </summary>
internal sealed class NetworkUnusableException(string message, Exception? innerException = null) : JobException(message, innerException);
