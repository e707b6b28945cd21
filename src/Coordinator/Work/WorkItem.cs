using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using Cluster.Coordinator.Json;

namespace Cluster.Coordinator.Work;

/// <summary>One piece of work for an evaluator; a closed set.</summary>
/// <param name="Context">Digest of everything outside the item that determines its result (see <see cref="Model.JobSpec"/>).</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AccuracyItem), "accuracy")]
[JsonDerivedType(typeof(LatencyItem), "latency")]
[JsonDerivedType(typeof(SensitivityItem), "sensitivity")]
[JsonDerivedType(typeof(ProfileItem), "profile")]
[JsonDerivedType(typeof(TestItem), "test")]
[JsonDerivedType(typeof(ReconstructItem), "reconstruct")]
[JsonDerivedType(typeof(FineTuneItem), "fineTune")]
[JsonDerivedType(typeof(PublishItem), "publish")]
public abstract record WorkItem(string Context)
{
    // Beside the item, as a member of its own would count as part of its value.
    private static readonly ConditionalWeakTable<WorkItem, string> Ids = [];

    /// <summary>SHA-256 of the item's canonical JSON: equal ids have equal results, up to timing noise.</summary>
    [JsonIgnore]
    public string Id => Ids.GetValue(this, static item => CanonicalJson.Digest<WorkItem>(item));

    /// <summary>Whether the item measures time and so needs the machine to itself.</summary>
    [JsonIgnore]
    public virtual bool IsExclusive => false;

    /// <summary>Whether its result may be reused by other jobs.</summary>
    [JsonIgnore]
    public virtual bool IsCacheable => false;

    /// <summary>Whether it may take hours: its lease is longer, and it keeps what it has so far for whoever tries it again.</summary>
    [JsonIgnore]
    public virtual bool IsLong => false;

    /// <summary>A few words for progress lines.</summary>
    [JsonIgnore]
    public abstract string Title { get; }
}
