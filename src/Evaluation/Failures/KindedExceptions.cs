namespace Cluster.Evaluation.Failures;

/// <summary>The request cannot be built or run as its plan says; no other machine would succeed.</summary>
public sealed class InvalidPlanException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>
/// The network itself could not be executed, independent of any plan: it is tried once on another machine, in case this one is at fault.
/// </summary>
internal sealed class NetworkUnusableException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>A file answered with NaN or infinity.</summary>
public sealed class NotFiniteLogitsException(string message) : JobException(message);

/// <summary>The artefact and its simulation disagree, so nothing is published.</summary>
public sealed class ParityRefusedException(string message) : JobException(message);

/// <summary>A slot's device cannot be used; another slot's may work.</summary>
internal sealed class DeviceUnusableException(string message, Exception? innerException = null) : JobException(message, innerException);

/// <summary>This machine cannot do a job's work; another one, or this one later, may.</summary>
internal sealed class NodeUnfitException(string message, Exception? innerException = null) : JobException(message, innerException);
