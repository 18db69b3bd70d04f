"""A LiteLLM proxy that obeys: its image, its configuration, and the callback that this names."""
