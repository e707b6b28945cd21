namespace Orleans.Configuration;

/// <summary>How long activations stay.</summary>
public class GrainCollectionOptions
{
    /// <summary>Time between two looks for idle activations.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Idle for this long, an activation is collected.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);
}
