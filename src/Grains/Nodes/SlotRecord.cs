namespace Cluster.Grains.Nodes;

/// <summary>A slot in the directory.</summary>
internal sealed class SlotRecord(int index, SlotStatus offered)
{
    private string? _released;
    private bool _seen;

    public int Index { get; } = index;

    public string Device => offered.Device;

    /// <summary>The slot's fixed properties; its current work is below.</summary>
    public SlotStatus Offered => offered;

    /// <summary>Whether its node excludes it.</summary>
    public bool IsExcluded { get; set; }

    /// <summary>The current grant, or null if it is free.</summary>
    public string? Grant { get; private set; }

    public string? Job { get; private set; }

    public string? Tenant { get; private set; }

    public bool Alone { get; private set; }

    public DateTimeOffset GrantedAt { get; private set; }

    public void Take(string grant, string job, string tenant, bool alone, DateTimeOffset now)
    {
        Grant = grant;
        Job = job;
        Tenant = tenant;
        Alone = alone;
        GrantedAt = now;
        _seen = false;
    }

    public bool Release(string grant)
    {
        if (!string.Equals(Grant, grant, StringComparison.Ordinal))
        {
            return false;
        }

        _released = grant;
        Grant = null;
        Job = null;
        Tenant = null;
        Alone = false;
        return true;
    }

    /// <summary>Applies the node's report. It may be older than a grant or a release that is on its way.</summary>
    public void Update(SlotStatus said, DateTimeOffset now, TimeSpan grace)
    {
        var grant = said.Grant;
        if (grant is null)
        {
            // If the node once had the grant and no longer does, the work has ended, and the message about it was lost.
            if (Grant is { } unknown && (_seen || now - GrantedAt > grace))
            {
                Release(unknown);
            }
        }
        else if (string.Equals(grant, Grant, StringComparison.Ordinal))
        {
            _seen = true;
        }
        else if (!string.Equals(grant, _released, StringComparison.Ordinal))
        {
            Take(grant, said.Job ?? string.Empty, said.Tenant ?? TenantName.Default, said.Alone, now);
            _seen = true;
        }
    }
}
