namespace TorchSharp;

/// <summary>Counters of one kind of disposable. Not public: TorchSharp 0.99 has only the totals.</summary>
internal sealed class LifetimeStatistics
{
    public long CreatedOutsideScopeCount { get; set; }

    public long DisposedOutsideScopeCount { get; set; }

    public long CreatedInScopeCount { get; set; }

    public long DisposedInScopeCount { get; set; }

    public long DetachedFromScopeCount { get; set; }

    public long ThreadTotalLiveCount => CreatedInScopeCount - DisposedInScopeCount + CreatedOutsideScopeCount - DisposedOutsideScopeCount;

    public void Reset()
    {
        CreatedOutsideScopeCount = 0;
        DisposedOutsideScopeCount = 0;
        CreatedInScopeCount = 0;
        DisposedInScopeCount = 0;
        DetachedFromScopeCount = 0;
    }

    public override string ToString() =>
        $"ThreadTotalLiveCount: {ThreadTotalLiveCount}; CreatedOutsideScopeCount: {CreatedOutsideScopeCount}; DisposedOutsideScopeCount: {DisposedOutsideScopeCount}; "
        + $"CreatedInScopeCount: {CreatedInScopeCount}; DisposedInScopeCount: {DisposedInScopeCount}; DetachedFromScopeCount: {DetachedFromScopeCount}";
}
