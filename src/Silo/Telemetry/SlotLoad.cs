namespace Cluster.Silo.Telemetry;

/// <summary>Whether a slot is busy.</summary>
internal sealed class SlotLoad(string deviceClass)
{
    private volatile bool _isBusy;

    public string DeviceClass => deviceClass;

    public bool IsBusy
    {
        get => _isBusy;
        set => _isBusy = value;
    }
}
