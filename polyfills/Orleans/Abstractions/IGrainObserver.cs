using Orleans.Runtime;

namespace Orleans;

/// <summary>Marks observer interfaces. References to observers are not part of this stand-in: an IAsyncEnumerable serves.</summary>
public interface IGrainObserver : IAddressable;
