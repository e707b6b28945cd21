namespace Orleans;

/// <summary>Runs around the calls of all grains.</summary>
public interface IIncomingGrainCallFilter
{
    Task Invoke(IIncomingGrainCallContext context);
}

/// <summary>An incoming filter without a class.</summary>
public delegate Task IncomingGrainCallFilterDelegate(IIncomingGrainCallContext context);
