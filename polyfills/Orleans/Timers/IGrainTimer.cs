namespace Orleans.Runtime;

/// <summary>A timer of an activation. Disposing cancels the token of a callback that is running.</summary>
public interface IGrainTimer : IDisposable
{
    void Change(TimeSpan dueTime, TimeSpan period);
}
