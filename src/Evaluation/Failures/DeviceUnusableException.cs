using Cluster.Plans;

namespace Cluster.Evaluation.Failures;

/// <summary>A slot's device cannot be used; another slot's may work.</summary>
internal sealed class DeviceUnusableException(string message, Exception? innerException = null) : JobException(message, innerException);
