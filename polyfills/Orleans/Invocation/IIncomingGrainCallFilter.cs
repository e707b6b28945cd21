namespace Orleans;

/// <summary>Runs around the calls of grains: registered for all, or implemented by a grain class for its own.</summary>
public interface IIncomingGrainCallFilter
{
    Task Invoke(IIncomingGrainCallContext context);
}
