using Cluster.Grains.Contracts;

namespace Cluster.Grains.Nodes;

/// <summary>A slot as the directory knows it.</summary>
internal sealed class SlotRecord(int index, SlotStatus offered)
{
    private string? _released;
    private bool _seen;

    public int Index { get; } = index;

    public string Device => offered.Device;

    /// <summary>What the slot is; what it does is said below.</summary>
    public SlotStatus Offered => offered;

    /// <summary>Whether its node leaves it out.</summary>
    public bool IsExcluded { get; set; }

    /// <summary>The grant that it was given under, or null where it is free.</summary>
    public string? Grant { get; private set; }

    public string? Job { get; private set; }

    public bool Alone { get; private set; }

    public DateTimeOffset GrantedAt { get; private set; }

    public void Take(string grant, string job, bool alone, DateTimeOffset now)
    {
        Grant = grant;
        Job = job;
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
        Alone = false;
        return true;
    }

    /// <summary>Takes in what the node says of it. The node's word may be older than a grant or a release that is on its way.</summary>
    public void Update(SlotStatus said, DateTimeOffset now, TimeSpan grace)
    {
        var grant = said.Grant;
        if (grant is null)
        {
            // Once the node has had it, its being gone means that it ended, and the message of that was lost.
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
            Take(grant, said.Job ?? string.Empty, said.Alone, now);
            _seen = true;
        }
    }
}
