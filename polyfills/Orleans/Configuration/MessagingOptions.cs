namespace Orleans.Configuration;

/// <summary>Waiting for responses.</summary>
public abstract class MessagingOptions
{
    /// <summary>
    /// After this time a call ends in <see cref="TimeoutException"/>, and its token is cancelled: whether it ran is then unknown.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Waiting of a silo's own calls.</summary>
public class SiloMessagingOptions : MessagingOptions;

/// <summary>Waiting of a client's calls.</summary>
public class ClientMessagingOptions : MessagingOptions;
