namespace Orleans.Runtime;

/// <summary>Is told when a member of the cluster comes, goes or is lost; its own silo is one.</summary>
public interface ISiloStatusListener
{
    void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status);
}
