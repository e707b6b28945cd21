using Orleans.Runtime;

namespace Orleans;

/// <summary>A call on its way.</summary>
public interface IGrainCallContext
{
    object Grain { get; }

    GrainId TargetId { get; }

    string InterfaceName { get; }

    string MethodName { get; }

    /// <summary>Set once the call has returned; a filter may replace it.</summary>
    object? Result { get; set; }

    /// <summary>The rest of the filters, then the grain.</summary>
    Task Invoke();
}

/// <summary>A call at its grain.</summary>
public interface IIncomingGrainCallContext : IGrainCallContext;
