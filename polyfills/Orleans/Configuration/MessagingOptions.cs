namespace Orleans.Configuration;

/// <summary>Waiting for responses.</summary>
public abstract class MessagingOptions
{
    /// <summary>After this time a call ends in <see cref="TimeoutException"/>: whether it ran is then unknown.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a call that timed out has its token cancelled.</summary>
    public bool CancelRequestOnTimeout { get; set; } = true;
}
