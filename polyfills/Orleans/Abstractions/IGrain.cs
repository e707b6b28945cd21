using Orleans.Runtime;

namespace Orleans;

/// <summary>Marks grain interfaces.</summary>
public interface IGrain : IAddressable;

/// <summary>A grain interface whose keys are texts.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>A grain interface whose keys are integers.</summary>
public interface IGrainWithIntegerKey : IGrain;
