namespace Orleans.Runtime;

/// <summary>One activation, as its grain sees it.</summary>
public interface IGrainContext
{
    GrainId GrainId { get; }
}
